/// Networks of pods that are processes: a namespace and an address for each, on a bridge of the
/// platform's own, with the cluster's names and Services answered there. Read first: [PodNetwork],
/// [NetSpace], [ServiceDoors], [NameServer].
@NullMarked
package dev.slipway.node.network;

import org.jspecify.annotations.NullMarked;
