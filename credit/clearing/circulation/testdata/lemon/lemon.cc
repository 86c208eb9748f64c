// Reads components of a network of obligations and finds, with LEMON, the
// circulation of greatest worth of each. Input: for each component the number
// of nodes and of arcs, then one arc a line: tail, head, upper, worth; a
// component of no nodes ends it. Output: the worth of all and the seconds that
// the algorithm took, its own copy of the graph included.
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

using Graph = lemon::StaticDigraph;

static double seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

// Solve runs one algorithm and adds what it finds.
template <class Algorithm>
static void solve(const Graph& g, const Graph::ArcMap<int64_t>& upper,
                  const Graph::ArcMap<int>& cost, __int128& worth, double& spent) {
  double begin = seconds();
  Algorithm a(g);
  a.upperMap(upper).costMap(cost);
  a.run();
  spent += seconds() - begin;
  for (Graph::ArcIt e(g); e != lemon::INVALID; ++e) worth -= (__int128)cost[e] * a.flow(e);
}

int main(int argc, char** argv) {
  bool simplex = argc > 1 && !strcmp(argv[1], "simplex");
  __int128 worth = 0;
  double spent = 0;
  int nodes, arcs;
  while (scanf("%d %d", &nodes, &arcs) == 2 && nodes > 0) {
    std::vector<std::pair<int, int>> ends(arcs);
    std::vector<int64_t> uppers(arcs);
    std::vector<int> worths(arcs);
    for (int i = 0; i < arcs; i++)
      if (scanf("%d %d %" SCNd64 " %d", &ends[i].first, &ends[i].second, &uppers[i], &worths[i]) != 4) return 1;
    Graph g;
    g.build(nodes, ends.begin(), ends.end());
    Graph::ArcMap<int64_t> upper(g);
    Graph::ArcMap<int> cost(g);
    for (int i = 0; i < arcs; i++) {
      upper[g.arc(i)] = uppers[i];
      cost[g.arc(i)] = -worths[i];
    }
    if (simplex)
      solve<lemon::NetworkSimplex<Graph, int64_t, int64_t>>(g, upper, cost, worth, spent);
    else
      solve<lemon::CostScaling<Graph, int64_t, int>>(g, upper, cost, worth, spent);
  }
  // A sum of 128 bits, in two halves of 60 bits that anybody can read.
  printf("%" PRId64 " %" PRId64 " %.6f\n", (int64_t)(worth >> 60), (int64_t)(worth & (((__int128)1 << 60) - 1)), spent);
}
