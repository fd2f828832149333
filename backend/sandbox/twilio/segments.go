package twilio

import "clarion/backend/sandbox/wire"

const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtra = "^{}\\[~]|€\f" // each takes two places
)

// gsmPlaces is how many places of a text each character of GSM 03.38 takes.
var gsmPlaces = func() map[rune]int {
	places := map[rune]int{}
	for _, r := range gsmBasic {
		places[r] = 1
	}
	for _, r := range gsmExtra {
		places[r] = 2
	}
	return places
}()

// segments counts the texts a phone network makes of one body.
func segments(body string) int {
	places, wide := 0, false
	for _, r := range body {
		n, ok := gsmPlaces[r]
		wide = wide || !ok
		places += n
	}
	single, joined := 160, 153
	if wide {
		single, joined, places = 70, 67, wire.UTF16Length(body)
	}
	if places <= single {
		return 1
	}
	return (places + joined - 1) / joined
}
