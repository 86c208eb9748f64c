// The circulation of greatest worth by LEMON, for a comparison.
//
// Reads components: the number of nodes and of arcs, then of each arc its tail,
// head, upper bound and worth; a component of no nodes ends it. Writes the worth
// of all together and the processor seconds that the algorithm took, with its
// own copy of the graph, as it takes ours to make one.
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

using Graph = lemon::StaticDigraph;
using Uppers = Graph::ArcMap<int64_t>;
using Costs = Graph::ArcMap<int>;

static double seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

struct Total {
  int64_t worth = 0;
  double seconds = 0;
};

template <class Algorithm>
static void solve(const Graph& graph, const Uppers& upper, const Costs& cost, Total& total) {
  double begin = seconds();
  Algorithm algorithm(graph);
  algorithm.upperMap(upper).costMap(cost);
  algorithm.run();
  total.seconds += seconds() - begin;
  for (Graph::ArcIt a(graph); a != lemon::INVALID; ++a) total.worth -= cost[a] * algorithm.flow(a);
}

int main(int count, char** arguments) {
  bool simplex = count > 1 && !strcmp(arguments[1], "network-simplex");
  Total total;
  int nodes, arcs;
  while (scanf("%d %d", &nodes, &arcs) == 2 && nodes > 0) {
    std::vector<std::pair<int, int>> ends(arcs);
    std::vector<int64_t> uppers(arcs);
    std::vector<int> worths(arcs);
    for (int i = 0; i < arcs; i++)
      if (scanf("%d %d %" SCNd64 " %d", &ends[i].first, &ends[i].second, &uppers[i], &worths[i]) != 4) return 1;
    Graph graph;
    graph.build(nodes, ends.begin(), ends.end());
    Uppers upper(graph);
    Costs cost(graph);
    for (int i = 0; i < arcs; i++) {
      upper[graph.arc(i)] = uppers[i];
      cost[graph.arc(i)] = -worths[i];
    }
    if (simplex)
      solve<lemon::NetworkSimplex<Graph, int64_t, int64_t>>(graph, upper, cost, total);
    else
      solve<lemon::CostScaling<Graph, int64_t, int>>(graph, upper, cost, total);
  }
  printf("%" PRId64 " %.6f\n", total.worth, total.seconds);
}
