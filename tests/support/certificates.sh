#!/bin/sh
# certificates.sh DIR: writes into DIR an authority (ca.pem) and certificates signed by it, each with
# its key: good (localhost, 127.0.0.1), names (*.dns.test), wrong-name (other.example), expired (localhost, since yesterday); and other-ca.pem, an authority
# that signed none of them.
set -eu
cd "$1"

authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.csr" 2>/dev/null
    printf 'subjectAltName=%s\n' "$2" > "$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
        -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

authority ca
authority other-ca
certificate good DNS:localhost,IP:127.0.0.1
certificate names 'DNS:*.dns.test'
certificate wrong-name DNS:other.example
printf 'subjectAltName=DNS:localhost\n' > expired.ext
faketime -f '-3d' openssl x509 -req -in good.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
    -extfile expired.ext -out expired.pem 2>/dev/null
cp good.key expired.key
