// Package segment keeps segments: names for rules about recipients. It checks
// and explains rules; the database alone decides who fits one, and nobody is
// written to from here.
package segment
