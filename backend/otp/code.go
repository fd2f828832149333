package otp

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math/big"
)

// Codes reckons codes. A code is a keyed hash of its OTP's id: it is stored
// nowhere, not even hashed, because a hash of a million possibilities hides
// nothing from whoever has the table.
type Codes struct{ key []byte }

// NewCodes makes Codes from a key that nothing else uses.
func NewCodes(key []byte) *Codes { return &Codes{key} }

// Code is the code of an OTP, of so many digits.
func (c *Codes) Code(otpID string, length int) string {
	mac := hmac.New(sha256.New, c.key)
	_, _ = mac.Write([]byte(otpID)) // a hash never fails
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(length)), nil)
	// 256 bits over at most 10^10 codes: no code is likelier than another.
	number := new(big.Int).Mod(new(big.Int).SetBytes(mac.Sum(nil)), limit)
	return fmt.Sprintf("%0*d", length, number)
}
