#!/bin/sh
# Makes a Debian package of a built program, with dpkg-deb alone.
#
#   cargo build --profile dist
#   sh docs/install/deb/build.sh target/dist/hailstone hailstone.deb
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
program="${1:?the built program}"
package="${2:?the package to make}"
version="$("$program" --version | cut -d' ' -f2)"
root="$(mktemp -d)"
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

install -D -m 755 "$program" "$root/usr/bin/hailstone"
strip --strip-unneeded "$root/usr/bin/hailstone"
install -D -m 644 "$here/../hailstone.service" "$root/lib/systemd/system/hailstone.service"
for door in http https smtp submission submissions; do
  install -m 644 "$here/../hailstone-$door.socket" "$root/lib/systemd/system/"
done
install -D -m 644 "$here/sysusers.conf" "$root/usr/lib/sysusers.d/hailstone.conf"
install -d "$root/usr/share/man/man1" "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" \
  "$root/usr/share/fish/vendor_completions.d" "$root/usr/share/doc/hailstone" "$root/DEBIAN"
"$program" man | gzip -9n > "$root/usr/share/man/man1/hailstone.1.gz"
"$program" completions bash > "$root/usr/share/bash-completion/completions/hailstone"
"$program" completions zsh > "$root/usr/share/zsh/vendor-completions/_hailstone"
"$program" completions fish > "$root/usr/share/fish/vendor_completions.d/hailstone.fish"
gzip -9nc "$here/../../../CHANGELOG.md" > "$root/usr/share/doc/hailstone/changelog.gz"
install -m 644 "$here/copyright" "$root/usr/share/doc/hailstone/copyright"

size="$(du -sk --exclude=DEBIAN "$root" | cut -f1)"
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" -e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
  "$here/control" > "$root/DEBIAN/control"
for script in postinst prerm postrm; do
  install -m 755 "$here/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) > "$root/DEBIAN/md5sums"
dpkg-deb --root-owner-group -Zxz --build "$root" "$package"
