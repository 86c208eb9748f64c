package contribution

// diffLine is a line of two versions side by side: "same", "gone" or "new".
type diffLine struct{ Mark, Text string }

// diffOf compares two texts line by line, by their longest common
// subsequence; only what differs is returned, old before new.
func diffOf(before, after []string) []diffLine {
	common := make([][]int, len(before)+1)
	for i := range common {
		common[i] = make([]int, len(after)+1)
	}
	for i := len(before) - 1; i >= 0; i-- {
		for j := len(after) - 1; j >= 0; j-- {
			if before[i] == after[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []diffLine
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case i < len(before) && j < len(after) && before[i] == after[j]:
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && common[i+1][j] >= common[i][j+1]:
			out = append(out, diffLine{"gone", before[i]})
			i++
		default:
			out = append(out, diffLine{"new", after[j]})
			j++
		}
	}
	return out
}
