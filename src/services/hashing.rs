//! Hashes of passwords: argon2id (RFC 9106, 19 MiB, two passes), so many at once, on threads of their own.

use crate::domain::store::StoreError;
use crate::kernel::limits;
use crate::kernel::secret::{Secret, random};
use crate::services::signin::SigninError;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordVerifier, Version};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// What one hash is reckoned in.
type Memory = Vec<Block>;

/// Reckons hashes.
#[derive(Debug)]
pub struct Hashing {
    at_once: Arc<Semaphore>,
    room: Arc<Room>,
}

/// Those who wait, and memory that is used again while there are any: to ask the system for it costs a third of a hash.
#[derive(Debug, Default)]
struct Room {
    waiting: AtomicUsize,
    idle: Mutex<Vec<Memory>>,
}

impl Room {
    fn idle(&self) -> MutexGuard<'_, Vec<Memory>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits for a hash, until dropped.
struct Waiting(Arc<Room>);

impl Waiting {
    fn enter(room: &Arc<Room>) -> Result<Self, SigninError> {
        let entered = Self(room.clone());
        let others = room.waiting.fetch_add(1, Ordering::SeqCst);
        if others < limits::HASHES_WAITING { Ok(entered) } else { Err(SigninError::Busy) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.waiting.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle().clear();
        }
    }
}

impl Default for Hashing {
    fn default() -> Self {
        let (least, most) = limits::HASHES_AT_ONCE.into_inner();
        let at_once = available_parallelism().map_or(least, |processors| processors.get().clamp(least, most));
        Self { at_once: Arc::new(Semaphore::new(at_once)), room: Arc::default() }
    }
}

impl Hashing {
    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// `Busy` where too many hashes are waited for.
    pub async fn hash(&self, password: Secret) -> Result<String, SigninError> {
        let made = self.on_a_thread(move |room| {
            let mut memory = room.idle().pop().unwrap_or_default();
            let made = hashed(password.reveal().as_bytes(), &mut memory);
            room.idle().push(memory);
            made
        });
        made.await?.map_err(|error| StoreError::Sqlite(error.to_string()).into())
    }

    /// Whether it is the password of this hash, whatever the hash's costs.
    ///
    /// # Errors
    /// `Busy` where too many hashes are waited for.
    pub async fn is_right(&self, password: Secret, hash: String) -> Result<bool, SigninError> {
        self.on_a_thread(move |_| {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Room) -> T + Send + 'static,
    ) -> Result<T, SigninError> {
        let waiting = Waiting::enter(&self.room)?;
        let permit = self.at_once.clone().acquire_owned().await.map_err(|_| SigninError::Busy)?;
        // A thread goes on though its asker has left: it counts until it is done.
        let work = move || {
            let _permit = permit;
            work(&waiting.0)
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|_| SigninError::Store(StoreError::Panicked))
    }
}

/// As the crate's `hash_password` has it, in memory of ours.
fn hashed(password: &[u8], memory: &mut Memory) -> argon2::password_hash::Result<String> {
    let costs = Argon2::default();
    memory.resize(costs.params().block_count(), Block::new());
    let (salt, mut output) = (Salt::new(&random::<16>())?, [0; Params::DEFAULT_OUTPUT_LEN]);
    costs.hash_password_into_with_memory(password, &salt, &mut output, memory.as_mut_slice())?;
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(costs.params())?,
        salt: Some(salt),
        hash: Some(Output::new(&output)?),
    };
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_is_of_its_password_alone_also_in_memory_used_before() {
        let hashing = Hashing::default();
        let secret = |number: usize| Secret::new(format!("right and long {number}"));
        let made = futures_util::future::join_all((0..6).map(|number| hashing.hash(secret(number)))).await;
        let made: Vec<String> = made.into_iter().map(Result::unwrap).collect();
        for (number, hash) in made.iter().enumerate() {
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            assert!(hashing.is_right(secret(number), hash.clone()).await.unwrap());
            assert!(!hashing.is_right(secret(number + 1), hash.clone()).await.unwrap());
        }
        let again = hashing.hash(secret(0)).await.unwrap();
        assert_ne!(again, made[0], "each has a salt of its own");
        assert!(hashing.room.idle().is_empty(), "nobody waits: the memory is given back");
    }

    #[tokio::test]
    async fn more_than_may_wait_are_told_to_come_back() {
        let hashing = Hashing::default();
        hashing.room.waiting.store(limits::HASHES_WAITING, Ordering::SeqCst);
        assert!(matches!(hashing.hash(Secret::new("right and long".to_owned())).await, Err(SigninError::Busy)));
        assert_eq!(hashing.room.waiting.load(Ordering::SeqCst), limits::HASHES_WAITING);
    }
}
