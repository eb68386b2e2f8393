#!/bin/sh
# preview-letters.sh FOLDER [TEMPLATES]: pictures of every sample letter, English and Welsh, light and dark, wide and
# narrow, by Chromium. Look at them before a template is called done. Needs the Debian package chromium.
set -eu
here=$(dirname "$(readlink -f "$0")")
program=${PREVIEW_LETTERS:-$here/../build/release/bin/preview_letters}
folder=$1
"$program" "$@"
for page in "$folder"/*.html; do
    for width in 360 800; do
        for scheme in light dark; do
            # Chromium has no switch for the colour scheme but this one.
            option=
            [ "$scheme" = light ] || option=--blink-settings=preferredColorScheme=0
            chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 $option \
                --window-size=$width,1100 --screenshot="${page%.html}-$scheme-$width.png" "file://$(readlink -f "$page")" \
                >/dev/null 2>&1
        done
    done
done
