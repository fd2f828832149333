package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The prefixes of our ids. What follows is a UUIDv7 in 32 hex digits, so ids of
// one kind sort by the time they were made.
const (
	EventID        = "evt_"
	NotificationID = "ntf_"
	MessageID      = "msg_"
	AttemptID      = "att_"
	RecipientID    = "rcp_"
	IntegrationID  = "int_"
	KeyID          = "key_"
	MemberID       = "mem_"
	SuppressionID  = "sup_"
	InboxItemID    = "inb_"
	ReceiptID      = "rct_"
	WorkerID       = "wrk_"
	AuditID        = "aud_"
	ApprovalID     = "apr_"
	CommentID      = "com_"
	PublicationID  = "pub_"
	ViewID         = "viw_"
	InvitationID   = "inv_"
	OTPID          = "otp_"
	ImportID       = "imp_"
	DigestID       = "dig_"
	SyncRunID      = "syr_"
	SagaID         = "sag_"
	OrderID        = "ord_"
	BroadcastID    = "bct_"
	ScheduleID     = "sch_"
	FireID         = "sfr_"
)

// NewID returns a fresh id with the given prefix. It panics only when the
// operating system has no randomness left, in which case nothing is safe.
func NewID(prefix string) string {
	u := uuid.Must(uuid.NewV7())
	var b [36]byte
	n := copy(b[:], prefix)
	hex.Encode(b[n:], u[:])
	return string(b[:n+32])
}

// SameID returns the id that what a key names has, made at t: the same each time.
func SameID(prefix string, t time.Time, key string) string {
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%s%012x%s", prefix, max(t.UnixMilli(), 0), hex.EncodeToString(sum[:10]))
}

// IsID reports whether s has the prefix and the shape NewID gives.
func IsID(prefix, s string) bool {
	rest, ok := strings.CutPrefix(s, prefix)
	if !ok || len(rest) != 32 {
		return false
	}
	_, err := hex.DecodeString(rest)
	return err == nil
}

// FirstID is the smallest id with the prefix that can be made at t or later.
func FirstID(prefix string, t time.Time) string {
	return fmt.Sprintf("%s%012x%020d", prefix, max(t.UnixMilli(), 0), 0)
}
