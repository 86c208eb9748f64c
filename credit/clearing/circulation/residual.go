package circulation

// residual is the residual graph of one component in compressed rows: each arc
// stands beside its reverse, which carries what the arc may give back. Indices
// take 32 bits, amounts 64; nothing is allocated once it is built.
type residual struct {
	first []int32 // by node: where its arcs begin
	head  []int32 // by arc
	back  []int32 // by arc: its reverse
	left  []int64 // by arc: what it may still carry
	cost  []int32 // by arc: the worth it gives up; its reverse has the opposite
	place []int32 // by arc of the component, in order: where it stands
}

func (r *residual) nodes() int { return len(r.first) - 1 }

// dearest is the greatest absolute cost.
func (r *residual) dearest() int64 {
	most := int32(0)
	for _, c := range r.cost {
		most = max(most, c)
	}
	return int64(most)
}

// send moves an amount over an arc.
func (r *residual) send(arc int32, amount int64) {
	r.left[arc] -= amount
	r.left[r.back[arc]] += amount
}

// flow is what the i-th arc of the component carries.
func (r *residual) flow(i int) int64 { return r.left[r.back[r.place[i]]] }

// scope is a component as a network sees it.
type scope struct {
	network Network
	first   []int32 // by node of the network: where its arcs begin
	of      []int32 // by node of the network: its component
	local   []int32 // by node of the network: its place in its component
	part    int32
	members []int32
}

// each visits the inner arcs in their order.
func (s scope) each(visit func(index int32, a *Arc)) {
	for _, u := range s.members {
		for i := s.first[u]; i < s.first[u+1]; i++ {
			if a := &s.network.Arcs[i]; s.of[a.Head] == s.part && a.Upper > 0 {
				visit(i, a)
			}
		}
	}
}

// build makes the residual graph of an empty circulation: of each node first
// the arcs that leave it, in their order, then the reverses of those that come.
func (s scope) build() *residual {
	n, m := len(s.members), 0
	out, in := make([]int32, n+1), make([]int32, n+1)
	s.each(func(_ int32, a *Arc) {
		out[s.local[a.Tail]]++
		in[s.local[a.Head]]++
		m++
	})
	r := &residual{first: make([]int32, n+1), head: make([]int32, 2*m), back: make([]int32, 2*m),
		left: make([]int64, 2*m), cost: make([]int32, 2*m), place: make([]int32, 0, m)}
	at := int32(0)
	for u := range n {
		r.first[u] = at
		leave := at + out[u]
		at = leave + in[u]
		out[u], in[u] = r.first[u], leave // from here on: where the next one goes
	}
	r.first[n] = at
	s.each(func(_ int32, a *Arc) {
		u, v := s.local[a.Tail], s.local[a.Head]
		i, j := out[u], in[v]
		out[u]++
		in[v]++
		r.head[i], r.back[i], r.left[i], r.cost[i] = v, j, a.Upper, -a.Worth
		r.head[j], r.back[j], r.cost[j] = u, i, a.Worth
		r.place = append(r.place, i)
	})
	return r
}
