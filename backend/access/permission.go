package access

import "slices"

// Permission is one thing a caller may do. A key's scopes and a member's role
// are both lists of permissions, so a route names one and is done.
type Permission string

// The permissions. Admin includes every other one.
const (
	EventsWrite        Permission = "events:write"
	NotificationsWrite Permission = "notifications:write"
	Read               Permission = "read"
	RecipientsWrite    Permission = "recipients:write"
	// ContentWrite covers workflows, categories, templates and layouts.
	ContentWrite Permission = "content:write"
	// DeliveriesWrite covers resend, replay, discard, cancel, redaction and
	// suppressions.
	DeliveriesWrite Permission = "deliveries:write"
	Admin           Permission = "admin"
)

// Permissions is the closed list, in the order the pages show it.
var Permissions = []Permission{EventsWrite, NotificationsWrite, Read, RecipientsWrite, ContentWrite, DeliveriesWrite, Admin}

// Role is what a member is.
type Role string

// The roles.
const (
	Owner         Role = "owner"
	Administrator Role = "admin"
	Editor        Role = "editor"
	Approver      Role = "approver"
	Viewer        Role = "viewer"
)

// Roles is the closed list, most powerful first.
var Roles = []Role{Owner, Administrator, Editor, Approver, Viewer}

// Permissions returns what a member of the role may do; an unknown role nothing.
func (r Role) Permissions() []Permission {
	switch r {
	case Owner, Administrator:
		return []Permission{Admin}
	case Editor:
		return []Permission{Read, EventsWrite, NotificationsWrite, RecipientsWrite, ContentWrite, DeliveriesWrite}
	case Approver:
		return []Permission{Read, DeliveriesWrite}
	case Viewer:
		return []Permission{Read}
	}
	return nil
}

// Allows reports whether the permissions held include the one wanted.
func Allows(held []Permission, want Permission) bool {
	return slices.Contains(held, want) || slices.Contains(held, Admin)
}
