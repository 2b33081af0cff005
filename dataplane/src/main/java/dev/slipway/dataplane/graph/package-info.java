/// Graphs of model calls behind one address: sequences, switches, ensembles and splitters, as
/// KServe's
/// InferenceGraph has them (KServe 0.20, `cmd/router`). Start reading at [GraphRouter], [Graph] and
/// [GraphWalk].
@NullMarked
package dev.slipway.dataplane.graph;

import org.jspecify.annotations.NullMarked;
