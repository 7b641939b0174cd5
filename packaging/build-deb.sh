#!/bin/sh
# Makes the Debian packages from programs that are built already:
#
#     cargo build --release --bins
#     packaging/build-deb.sh [--bin FOLDER] [--out FOLDER] [--maintainer "NAME <ADDRESS>"] [--version VERSION]
#
# understudy-cms (cms), understudy-server (cms-server) and understudy-desktop (cms-supervisor). Needs dpkg-deb and
# binutils, and no network and no rights of root. cargo-deb was turned down: three packages of a workspace need as much
# configuration there, and one more program to install.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
bin=$root/target/release
out=$root/target/debian
maintainer="Understudy maintainers <root@localhost>"
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
while [ $# -gt 0 ]; do
    case $1 in
        --bin) bin=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --maintainer) maintainer=$2; shift 2 ;;
        --version) version=$2; shift 2 ;;
        *) echo "usage: $0 [--bin FOLDER] [--out FOLDER] [--maintainer NAME] [--version VERSION]" >&2; exit 2 ;;
    esac
done

architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# The newest symbol version of the C library that a program asks for.
glibc_of() {
    objdump -T "$1" | sed -n 's/.*[( ]GLIBC_\([0-9.]*\).*/\1/p' | sort -uV | tail -n 1
}

# Installs a program without its symbols.
program() {
    [ -x "$bin/$1" ] || { echo "$bin/$1 is missing; run: cargo build --release --bins" >&2; exit 1; }
    install -D -m 0755 "$bin/$1" "$tree/usr/bin/$1"
    strip "$tree/usr/bin/$1"
}

# What every package says of itself.
documents() {
    doc=$tree/usr/share/doc/$package
    install -D -m 0644 "$root/CHANGELOG.md" "$doc/CHANGELOG.md"
    {
        echo "Understudy may be used under the MIT licence or the Apache licence, version 2.0, as you prefer."
        echo
        cat "$root/LICENSE-MIT"
        echo
        cat "$root/LICENSE-APACHE"
    } > "$doc/copyright"
    chmod 0644 "$doc/copyright"
}

# Fills in the control file and packs.
pack() {
    size=$(du -sk "$tree" | cut -f 1)
    glibc=$(glibc_of "$tree/usr/bin/$1")
    mkdir -p "$tree/DEBIAN"
    sed -e "s/@VERSION@/$version/g" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@GLIBC@/$glibc/" \
        -e "s/@SIZE@/$size/" -e "s/@MAINTAINER@/$maintainer/" "$root/packaging/$folder/control" > "$tree/DEBIAN/control"
    for script in postinst prerm postrm; do
        if [ -e "$root/packaging/$folder/$script" ]; then
            install -m 0755 "$root/packaging/$folder/$script" "$tree/DEBIAN/$script"
        fi
    done
    (cd "$tree" && find usr -type f -exec md5sum {} + > DEBIAN/md5sums)
    find "$tree" -type d -exec chmod 0755 {} +
    chmod 0644 "$tree/DEBIAN/control" "$tree/DEBIAN/md5sums"
    dpkg-deb --root-owner-group --build "$tree" "$out/${package}_${version}_$architecture.deb"
}

begin() {
    folder=$1
    package=$2
    tree=$work/$package
    mkdir -p "$tree"
    documents
}

begin cms understudy-cms
program cms
pack cms

begin server understudy-server
program cms-server
install -D -m 0644 "$root/packaging/server/cms-server.service" "$tree/usr/lib/systemd/system/cms-server.service"
for page in operating procedures backup link asterisk history-interface exceptions api items glossary; do
    install -D -m 0644 "$root/docs/$page.md" "$tree/usr/share/doc/understudy-server/$page.md"
done
for chapter in "$root"/docs/operating/*.md; do
    install -D -m 0644 "$chapter" "$tree/usr/share/doc/understudy-server/operating/${chapter##*/}"
done
pack cms-server

begin desktop understudy-desktop
program cms-supervisor
install -D -m 0644 "$root/packaging/desktop/cms-supervisor.desktop" "$tree/usr/share/applications/cms-supervisor.desktop"
install -D -m 0644 "$root/packaging/desktop/cms-supervisor.svg" \
    "$tree/usr/share/icons/hicolor/scalable/apps/cms-supervisor.svg"
pack cms-supervisor
