package notify

// basic is the GSM 03.38 alphabet, one septet a character; extended costs two,
// the second being an escape that may not be parted from it.
const (
	basic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

// The two encodings of a text message.
const (
	GSM7 = "GSM-7"
	UCS2 = "UCS-2"
)

// SMSParts says in how many billed parts a text is sent and in which encoding.
// One character outside GSM 03.38 turns the whole text into UCS-2.
func SMSParts(text string) (parts int, encoding string) {
	units, ok := septets(text)
	if ok {
		return countParts(units, 160, 153), GSM7
	}
	units = units[:0]
	for _, r := range text {
		if r > 0xffff {
			units = append(units, 2)
		} else {
			units = append(units, 1)
		}
	}
	return countParts(units, 70, 67), UCS2
}

// septetsOf is what each character of the two alphabets costs, those of ASCII in
// the table.
var septetsOfASCII, septetsOf = alphabets()

func alphabets() (ascii [128]byte, all map[rune]int) {
	all = map[rune]int{}
	for text, n := range map[string]int{basic: 1, extended: 2} {
		for _, r := range text {
			all[r] = n
			if r < 128 {
				ascii[r] = byte(n)
			}
		}
	}
	return ascii, all
}

func septets(text string) (units []int, ok bool) {
	units = make([]int, 0, len(text))
	for _, r := range text {
		n := 0
		if r < 128 {
			n = int(septetsOfASCII[r])
		} else {
			n = septetsOf[r]
		}
		if n == 0 {
			return units, false
		}
		units = append(units, n)
	}
	return units, true
}

// countParts fills parts in turn; a character of two units is never cut in half.
func countParts(units []int, single, each int) int {
	total := 0
	for _, u := range units {
		total += u
	}
	if total <= single {
		return 1
	}
	parts, used := 1, 0
	for _, u := range units {
		if used+u > each {
			parts, used = parts+1, 0
		}
		used += u
	}
	return parts
}
