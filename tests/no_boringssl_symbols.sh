#!/usr/bin/env bash
# Fails if a program exports a symbol of BoringSSL: gRPC's OpenSSL would bind to it and crash at the
# first TLS call. Or if it imports one, which OpenSSL then gives.
#   tests/no_boringssl_symbols.sh PROGRAM...
set -uo pipefail
bad=0
for program in "$@"; do
  exported=$(nm -D --defined-only "$program" | grep -E ' [A-Z] (SHA256_|EVP_|HKDF|HMAC_|RAND_|X509_|BIO_|CRYPTO_|OPENSSL_)')
  # The other way round: calls of ours that bind to OpenSSL, because its library came first when linking.
  imported=$(nm -D --undefined-only "$program" | grep -E ' U (SHA256_|EVP_|HKDF|HMAC_|RAND_|X509_|BIO_|CRYPTO_|OPENSSL_|SIPHASH_|ASN1_|PEM_)')
  if [ -n "$imported" ]; then
    echo "$program takes from OpenSSL what must come from BoringSSL:" "$imported" >&2
    bad=1
  fi
  if [ -n "$exported" ]; then
    echo "$program exports symbols of BoringSSL:" "$exported" >&2
    bad=1
  fi
done
exit $bad
