//! Which addresses are of the public Internet. What is not is somebody's own: this machine, the office's network, the
//! hoster's metadata. RFC 6890 and the IANA registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `ip` belongs to the public Internet.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Whether nobody may be spoken to at `ip`, whatever an administrator allows: a hoster tells there what a machine is and
/// may do, or it is no one machine at all.
pub(super) fn is_never(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let is_nobody = ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast();
            is_nobody || ip.is_link_local() || ip == METADATA || ip == Ipv4Addr::new(100, 100, 100, 200)
        }
        IpAddr::V6(ip) => {
            let is_metadata = ip == Ipv6Addr::new(0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254);
            ip.is_unspecified() || ip.is_multicast() || ip.is_unicast_link_local() || is_metadata
        }
    }
}

/// Azure's agent answers here on every machine of theirs, though the address is public.
const METADATA: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    let is_special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast();
    let is_shared = first == 100 && second & 0xC0 == 64; // RFC 6598
    let is_protocol = first == 192 && second == 0 && third == 0 || first == 192 && second == 88 && third == 99;
    let is_benchmark = first == 198 && second & 0xFE == 18;
    let is_metadata = ip == METADATA;
    !(is_special || is_shared || is_protocol || is_benchmark || is_metadata || first == 0 || first >= 240)
}

/// Only 2000::/3 is given out; in it, tunnels (Teredo, 6to4) and examples lead elsewhere.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    let is_given_out = first & 0xE000 == 0x2000;
    let is_special = first == 0x2001 && (second < 0x200 || second == 0xDB8) || first == 0x2002;
    let is_example = first == 0x3FFF && second < 0x1000; // RFC 9637
    is_given_out && !is_special && !is_example
}
