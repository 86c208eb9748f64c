package web

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// sparkline draws a trend as a line without axes. It is decoration beside a
// figure that stands in words; a drawing never computes with what it draws.
func sparkline(values []float64, width, height int) template.HTML {
	if len(values) < 2 {
		return ""
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	low = math.Min(low, 0)
	if high == low {
		high = low + 1
	}
	w, h := float64(width)-8, float64(height)-8
	var line strings.Builder
	var x, y float64
	for i, v := range values {
		x = 4 + w*float64(i)/float64(len(values)-1)
		y = 4 + h*(1-(v-low)/(high-low))
		fmt.Fprintf(&line, "%.1f,%.1f ", x, y)
	}
	points := strings.TrimSpace(line.String())
	// The last point is a line of no length with a round end: it stays round
	// however the drawing is stretched.
	return template.HTML(fmt.Sprintf(`<svg class="spark" viewBox="0 0 %d %d" width="%d" height="%d" preserveAspectRatio="none" aria-hidden="true" focusable="false">`+
		`<polygon points="4,%d %s %.1f,%d"/><polyline points="%s"/><path d="M%.1f %.1fh0"/></svg>`,
		width, height, width, height, height-4, points, x, height-4, points, x, y))
}

// bar draws one bar of part out of whole, for the cell of a table. Both are
// counts of the same thing; the number stands beside it.
func bar(part, whole int64) template.HTML {
	width := 0.0
	if whole > 0 && part > 0 {
		width = math.Min(100, 100*float64(part)/float64(whole))
	}
	return template.HTML(fmt.Sprintf(`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">`+
		`<rect width="100" height="8" rx="1"/><rect width="%.1f" height="8" rx="1"/></svg>`, width))
}
