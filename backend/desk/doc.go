// Package desk is what the admin's pages lean on beside the product itself: the
// views a member has saved, and the search that opens anything by its name. It
// sends nothing and changes nothing of the line.
package desk
