package fcm

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/sandbox/wire"
)

// check answers the first thing FCM would not take, or nil.
func (m *pushMessage) check() *wire.Answer {
	to, targets := m.target()
	switch {
	case targets == 0:
		return fault(http.StatusBadRequest, "INVALID_ARGUMENT", "Recipient of the message is not set.", "INVALID_ARGUMENT")
	case targets > 1:
		return badField("message", "Invalid value (oneof), oneof field 'target' is already set. Cannot set 'topic'")
	}
	if refused := m.checkData(); refused != nil {
		return refused
	}
	return m.checkToken(to)
}

func (m *pushMessage) checkData() *wire.Answer {
	size, i := len(m.Notification.Title)+len(m.Notification.Body)+len(m.Notification.Image), 0
	for key, value := range m.Data {
		text, ok := value.(string)
		if !ok {
			field := "message.data[" + strconv.Itoa(i) + "].value"
			return badField(field, fmt.Sprintf("Invalid value at '%s' (TYPE_STRING), %v", field, value))
		}
		if key == "from" || strings.HasPrefix(key, "google") || strings.HasPrefix(key, "gcm") {
			return fault(http.StatusBadRequest, "INVALID_ARGUMENT", "Invalid data payload key: "+key, "INVALID_ARGUMENT")
		}
		size += len(key) + len(text)
		i++
	}
	limit := 4096
	if m.Token == "" {
		limit = 2048
	}
	if size > limit {
		return fault(http.StatusBadRequest, "INVALID_ARGUMENT", "Android message is too big", "INVALID_ARGUMENT")
	}
	return nil
}

// checkToken knows the magic tokens, by how they begin.
func (m *pushMessage) checkToken(token string) *wire.Answer {
	switch {
	case strings.HasPrefix(token, "unregistered"):
		return unregistered()
	case strings.HasPrefix(token, "invalid"), strings.ContainsAny(m.Token, " \t\r\n"):
		return fault(http.StatusBadRequest, "INVALID_ARGUMENT", "The registration token is not a valid FCM registration token", "INVALID_ARGUMENT")
	case strings.HasPrefix(token, "mismatch"):
		return fault(http.StatusForbidden, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH")
	case strings.HasPrefix(token, "thirdparty"):
		return fault(http.StatusUnauthorized, "UNAUTHENTICATED", "Auth error from APNS or Web Push Service", "THIRD_PARTY_AUTH_ERROR")
	}
	return nil
}
