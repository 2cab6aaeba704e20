//! What invitations promise.
