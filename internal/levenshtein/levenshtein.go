// Package levenshtein tells how near two names are, to guess what was meant by one
// that nobody knows.
package levenshtein

// Distance is how many bytes have to be put in, taken out or replaced to make b
// of a (Levenshtein distance). Its time is the product of the two lengths.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
