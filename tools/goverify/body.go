// The confidential bodies: bucket keys, decryption and the body tree.
//
// SECURITY: written from audit-log.md §3.2 and §3.4 alone, with Go's own
// AES, HMAC and x/mod's tree, so that a mistake of the C code shows.

package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// loadKeks reads "name hex64" lines.
func loadKeks(path string) (map[string][]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keks := make(map[string][]byte)
	for _, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		name, digits, ok := strings.Cut(line, " ")
		key, err := hex.DecodeString(digits)
		if !ok || err != nil || len(key) != 32 {
			return nil, errors.New("malformed key line")
		}
		keks[name] = key
	}
	return keks, nil
}

func hmacSum(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// hkdf32 is HKDF-SHA256 with one output block (RFC 5869).
func hkdf32(ikm, salt, info []byte) []byte {
	return hmacSum(hmacSum(salt, ikm), info, []byte{1})
}

func decrypt(kek []byte, e *entry, origin string, blob []byte) ([]byte, error) {
	key := hkdf32(kek, e.nonce, []byte("audit-blob/v1"))
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, make([]byte, 12), blob, []byte("audit-blob/v1\n"+origin))
}

// checkBody opens a blob and rebuilds the root of its body tree.
func checkBody(kek []byte, e *entry, origin string, blob []byte) error {
	plain, err := decrypt(kek, e, origin, blob)
	if err != nil {
		return fmt.Errorf("body: %v", err)
	}
	if len(plain) < 33 || plain[len(plain)-1] != '\n' {
		return errors.New("body: too short or without its last line end")
	}
	salt, text := plain[:32], plain[32:len(plain)-1]
	var mem memTree
	for i, line := range bytes.Split(text, []byte("\n")) {
		if i == 0 && string(line) != "audit-body/v1" {
			return errors.New("body: unknown format")
		}
		var be [4]byte
		binary.BigEndian.PutUint32(be[:], uint32(i))
		in := append(append(append([]byte{}, salt...), "audit-body/v1"...), be[:]...)
		si := sha256.Sum256(in)
		if err := mem.add(append(si[:], line...)); err != nil {
			return err
		}
	}
	root, err := tlog.TreeHash(mem.size, &mem)
	if err != nil {
		return err
	}
	if mem.size != e.bodyLines || root != e.bodyRoot {
		return errors.New("body: not the one the entry commits to")
	}
	return nil
}
