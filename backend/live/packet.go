package live

import (
	"encoding/binary"
	"errors"
)

// maxPacket is where a further frame begins another packet. A single larger
// frame travels alone.
const maxPacket = 64 << 10

// A packet is a list of byte strings, each after its length as a uvarint: the
// sender, then topic and data of each frame.

var errPacket = errors.New("live packet is cut short")

func pack(sender string, frames []Frame) [][]byte {
	var packets [][]byte
	packet := appendField(nil, sender)
	head := len(packet)
	for _, f := range frames {
		if len(packet) > head && len(packet)+len(f.Topic)+len(f.Data) > maxPacket {
			packets = append(packets, packet)
			packet = appendField(nil, sender)
		}
		packet = appendField(packet, f.Topic)
		packet = appendField(packet, string(f.Data))
	}
	return append(packets, packet)
}

func unpack(packet string) (sender string, frames []Frame, err error) {
	sender, rest, err := cutField(packet)
	for err == nil && rest != "" {
		var topic, data string
		if topic, rest, err = cutField(rest); err != nil {
			break
		}
		if data, rest, err = cutField(rest); err != nil {
			break
		}
		frames = append(frames, Frame{Topic: topic, Data: []byte(data)})
	}
	if err != nil {
		return "", nil, err
	}
	return sender, frames, nil
}

func appendField(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func cutField(s string) (field, rest string, err error) {
	head := s[:min(len(s), binary.MaxVarintLen64)]
	length, n := binary.Uvarint([]byte(head))
	if n <= 0 || length > uint64(len(s)-n) {
		return "", "", errPacket
	}
	end := n + int(length)
	return s[n:end], s[end:], nil
}
