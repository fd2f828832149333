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
	// ContentApprove lets decide whether content goes live.
	ContentApprove Permission = "content:approve"
	// ContentPublish lets content go live without a second person. No role but
	// those with Admin holds it: it is for the keys of a deployment.
	ContentPublish Permission = "content:publish"
	// DeliveriesWrite covers resend, replay, discard, cancel, redaction and
	// suppressions.
	DeliveriesWrite Permission = "deliveries:write"
	// ReportsRead covers reports, which count everybody's messages.
	ReportsRead Permission = "reports:read"
	// SchedulesRead covers what is scheduled, SchedulesWrite changing it. Who writes
	// a schedule must besides be allowed to do by hand what it is for.
	SchedulesRead  Permission = "schedules:read"
	SchedulesWrite Permission = "schedules:write"
	// BulkAuto lets what a key sends in bulk go out with nobody looking. No other
	// permission includes it, not even Admin: it is given to a key by its name.
	BulkAuto Permission = "bulk:auto"
	Admin    Permission = "admin"
)

// Permissions is the closed list, in the order the pages show it.
var Permissions = []Permission{EventsWrite, NotificationsWrite, Read, RecipientsWrite, ContentWrite, ContentApprove, ContentPublish, DeliveriesWrite, ReportsRead, SchedulesRead, SchedulesWrite, BulkAuto, Admin}

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
		return []Permission{Read, EventsWrite, NotificationsWrite, RecipientsWrite, ContentWrite, DeliveriesWrite, ReportsRead, SchedulesRead, SchedulesWrite}
	case Approver:
		return []Permission{Read, ContentApprove, DeliveriesWrite, ReportsRead, SchedulesRead}
	case Viewer:
		return []Permission{Read, ReportsRead, SchedulesRead}
	}
	return nil
}

// Allows reports whether the permissions held include the one wanted.
func Allows(held []Permission, want Permission) bool {
	return slices.Contains(held, want) || want != BulkAuto && slices.Contains(held, Admin)
}
