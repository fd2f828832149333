// Package roster brings people in from elsewhere: it reads files of them, says
// what is wrong with every line before anything is stored, and stores the rest
// in chunks that survive a restart. It knows no file on disk and no database.
package roster
