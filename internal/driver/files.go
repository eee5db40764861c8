package driver

import (
	"slices"

	"github.com/mongotls/mongotls/internal/fact"
	"github.com/mongotls/mongotls/internal/verify"
)

// JudgeCertificate returns what drivers would make of a server's certificate, for
// each of the hosts; the first that they refuse it for decides. Without hosts no
// name is looked for.
func JudgeCertificate(f Facts, hosts []string) []Prediction {
	f.Chain = f.Chain.Shared()
	cache := map[string]verify.Verdict{}
	var list []Prediction
	for _, m := range Models() {
		c := newConnection(m, &f, cache)
		end := c.connects()
		for _, host := range hostsOrNone(hosts) {
			c.host = host
			c = c.with("host", host)
			o := verifyCertificate(c)
			if o == nil {
				o = checkCRL(c)
			}
			if o != nil {
				end = o
				break
			}
		}
		list = append(list, c.ending(end))
	}
	return list
}

func hostsOrNone(hosts []string) []string {
	if len(hosts) == 0 {
		return []string{""}
	}
	return hosts
}

// JudgeKeyFile returns which drivers could use a client's certificate-key file,
// with the problems that the facts' target has of it and the limits of what some
// drivers read.
func JudgeKeyFile(f Facts, limits []fact.FileLimit) []Prediction {
	var list []Prediction
	for _, m := range Models() {
		c := newConnection(m, &f, nil)
		end := c.connects()
		if o := readFiles(c); o != nil {
			end = o
		} else if slices.ContainsFunc(limits, func(l fact.FileLimit) bool { return !l.OwnWay && slices.Contains(l.Drivers, m.Name) }) {
			end = c.mute(wordsUnknown, []string{"key-format-driver"})
		}
		list = append(list, c.ending(end))
	}
	return list
}
