// Package fcm is Firebase Cloud Messaging in the box: HTTP v1 and the token
// endpoint of a service account. It knows the vendor's protocol and nothing of
// our provider.
package fcm

import "clarion/backend/sandbox/wire"

// Name is the vendor's name in paths, books and faults.
const Name = "fcm"

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/fcm/", Desk: desk{b}}}, Silent: true,
		Account: map[string]string{"project_id": "clarion-demo"},
	}, nil
}
