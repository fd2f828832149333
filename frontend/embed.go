// Package frontend carries the built admin pages inside the binary. It holds no
// logic: it does not serve them, and an unbuilt checkout carries an empty dist.
package frontend

import "embed"

// Dist is the output of `npm run build`, under the folder dist.
//
//go:embed all:dist
var Dist embed.FS
