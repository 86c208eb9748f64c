package activitypub

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"commonweal/platform/fault"
)

// keyBits is the size of keys that are made: what every server of the fediverse reads.
const keyBits = 2048

// Key signs the messages of an actor.
type Key struct {
	ID      string // address of the public key: the actor's, then #main-key
	private *rsa.PrivateKey
}

// NewPrivateKey makes the private key of an actor (RSA, 2048 bits), as PEM (PKCS #8).
func NewPrivateKey() (string, error) {
	k, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}

// OpenKey reads a private key; actor is the address of the actor that it speaks for.
func OpenKey(actor, text string) (*Key, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, fault.Invalidf("activitypub.key", "", "this is no private key in PEM")
	}
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := k.(*rsa.PrivateKey)
	if err != nil || !ok {
		return nil, fault.Invalidf("activitypub.key", "", "this is no private RSA key (PKCS #8)")
	}
	return &Key{actor + "#main-key", private}, nil
}

// Public returns the public key as PEM.
func (k *Key) Public() string {
	der, err := x509.MarshalPKIXPublicKey(&k.private.PublicKey)
	if err != nil {
		panic(err) // only for a key of another kind
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// ParsePublicKey reads the public key of an actor: RSA, 2048 to 8192 bits.
// Invalid: activitypub.key.
func ParsePublicKey(text string) (*rsa.PublicKey, error) {
	refused := fault.Invalidf("activitypub.key", "publicKey", "the actor has no public RSA key of 2048 to 8192 bits in PEM")
	block, _ := pem.Decode([]byte(text))
	if block == nil || len(text) > 8<<10 {
		return nil, refused
	}
	var key any
	var err error
	if block.Type == "RSA PUBLIC KEY" {
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	} else {
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	}
	public, ok := key.(*rsa.PublicKey)
	if err != nil || !ok || public.N.BitLen() < keyBits || public.N.BitLen() > 8192 {
		return nil, refused
	}
	return public, nil
}
