package explain

// automaton finds all occurrences of many words in one pass over a text, in time
// that is linear in the text's length whatever it holds (Aho and Corasick, 1975).
type automaton struct {
	nodes []node
	// root has a next node for every byte, since most bytes of a text are read there.
	root [256]int32
}

// node is a state: what has been read is a prefix of a word.
type node struct {
	// child and sibling are a list of the next states, by byte; 0 ends it.
	child, sibling int32
	// fail is the state of the longest suffix that is a prefix of a word too, and
	// hit the nearest state that way which ends a word.
	fail, hit int32
	// word is the number of the word that ends here, from 1 on; words that are the
	// same share it.
	word int32
	byte byte
}

// newAutomaton takes the words; none is empty.
func newAutomaton(words []string) *automaton {
	a := &automaton{nodes: make([]node, 1, 8*len(words)+1)}
	for i, w := range words {
		at := int32(0)
		for j := 0; j < len(w); j++ {
			next := a.find(at, w[j])
			if next == 0 {
				next = int32(len(a.nodes))
				a.nodes = append(a.nodes, node{sibling: a.nodes[at].child, byte: w[j]})
				a.nodes[at].child = next
			}
			at = next
		}
		if a.nodes[at].word == 0 {
			a.nodes[at].word = int32(i) + 1
		}
	}
	a.link()
	return a
}

func (a *automaton) find(at int32, c byte) int32 {
	for next := a.nodes[at].child; next != 0; next = a.nodes[next].sibling {
		if a.nodes[next].byte == c {
			return next
		}
	}
	return 0
}

// link sets where to go on when a word does not, breadth first.
func (a *automaton) link() {
	queue := make([]int32, 0, len(a.nodes))
	for next := a.nodes[0].child; next != 0; next = a.nodes[next].sibling {
		a.root[a.nodes[next].byte] = next
		queue = append(queue, next)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		n := &a.nodes[at]
		n.hit = a.nodes[n.fail].hit
		if a.nodes[n.fail].word != 0 {
			n.hit = n.fail
		}
		for next := n.child; next != 0; next = a.nodes[next].sibling {
			a.nodes[next].fail = a.step(n.fail, a.nodes[next].byte)
			queue = append(queue, next)
		}
	}
}

// step is the state after one more byte.
func (a *automaton) step(at int32, c byte) int32 {
	for at != 0 {
		if next := a.find(at, c); next != 0 {
			return next
		}
		at = a.nodes[at].fail
	}
	return a.root[c]
}

// scan calls found with the number of each word, from 0 on, that occurs in the
// text, and where it ends.
func (a *automaton) scan(text string, found func(word, end int)) {
	at := int32(0)
	for i := 0; i < len(text); i++ {
		at = a.step(at, text[i])
		for hit := at; hit != 0; hit = a.nodes[hit].hit {
			if w := a.nodes[hit].word; w != 0 {
				found(int(w)-1, i+1)
			}
		}
	}
}
