/// The controllers' way into the API server of the same process: no socket, no copies on disk, the
/// same verbs. Start reading at [LocalCluster].
@NullMarked
package dev.slipway.apiserver.local;

import org.jspecify.annotations.NullMarked;
