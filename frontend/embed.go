// Package frontend carries the built admin pages and their words inside the binary.
// It holds no logic: it does not serve them, and an unbuilt checkout carries an
// empty dist.
package frontend

import "embed"

// Dist is the output of `npm run build`, under the folder dist.
//
//go:embed all:dist
var Dist embed.FS

// Words are the catalogues of the pages, by language and area, under the folder
// src/lib/i18n: letters of reports use the same words.
//
//go:embed src/lib/i18n/en/*.json src/lib/i18n/zh-CN/*.json
var Words embed.FS
