#!/usr/bin/env bash
# Fails if a program exports a symbol of BoringSSL, because gRPC's OpenSSL would bind to it and crash at
# the first TLS call, or imports one, because OpenSSL would then provide it.
#   tests/no_boringssl_symbols.sh PROGRAM...
set -uo pipefail
bad=0
for program in "$@"; do
  exported=$(nm -D --defined-only "$program" | grep -E ' [A-Z] (SHA256_|EVP_|HKDF|HMAC_|RAND_|X509_|BIO_|CRYPTO_|OPENSSL_)')
  # The reverse: our calls bind to OpenSSL because its library came first on the linker's command line.
  imported=$(nm -D --undefined-only "$program" | grep -E ' U (SHA256_|EVP_|HKDF|HMAC_|RAND_|X509_|BIO_|CRYPTO_|OPENSSL_|SIPHASH_|ASN1_|PEM_)')
  if [ -n "$imported" ]; then
    echo "$program imports from OpenSSL what must come from BoringSSL:" "$imported" >&2
    bad=1
  fi
  if [ -n "$exported" ]; then
    echo "$program exports symbols of BoringSSL:" "$exported" >&2
    bad=1
  fi
done
exit $bad
