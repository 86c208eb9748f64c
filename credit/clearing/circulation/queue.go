package circulation

// queue holds each node once, first come, first served.
type queue struct {
	ring   []int32
	inside []bool
	at     int
	size   int
}

func newQueue(n int) queue { return queue{ring: make([]int32, n), inside: make([]bool, n)} }

func (q *queue) empty() bool { return q.size == 0 }

func (q *queue) push(u int32) {
	if q.inside[u] {
		return
	}
	q.inside[u] = true
	end := q.at + q.size
	if end >= len(q.ring) {
		end -= len(q.ring)
	}
	q.ring[end] = u
	q.size++
}

func (q *queue) pop() int32 {
	u := q.ring[q.at]
	q.inside[u] = false
	q.size--
	if q.at++; q.at == len(q.ring) {
		q.at = 0
	}
	return u
}
