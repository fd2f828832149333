package ldap

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-ldap/ldap/v3"
)

// valuesOf are the values of an attribute as text. What Active Directory keeps
// in bytes is written the way its own tools do.
func valuesOf(e *ldap.Entry, name string) []string {
	if strings.EqualFold(name, theDN) {
		return []string{e.DN}
	}
	raw := e.GetEqualFoldRawAttributeValues(name)
	out := make([]string, 0, len(raw))
	for _, value := range raw {
		out = append(out, textOf(strings.ToLower(name), value))
	}
	return out
}

func textOf(name string, value []byte) string {
	switch {
	case name == "objectguid" && len(value) == 16:
		return guid(value)
	case name == "objectsid" && len(value) >= 8 && len(value) == 8+4*int(value[1]):
		return sid(value)
	case utf8.Valid(value):
		return string(value)
	default:
		return base64.StdEncoding.EncodeToString(value)
	}
}

// guid has its first three parts in the order of Intel's bytes.
func guid(b []byte) string {
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]),
		binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:])
}

func sid(b []byte) string {
	var authority uint64
	for _, each := range b[2:8] {
		authority = authority<<8 | uint64(each)
	}
	text := fmt.Sprintf("S-%d-%d", b[0], authority)
	for at := 8; at < len(b); at += 4 {
		text += fmt.Sprintf("-%d", binary.LittleEndian.Uint32(b[at:]))
	}
	return text
}
