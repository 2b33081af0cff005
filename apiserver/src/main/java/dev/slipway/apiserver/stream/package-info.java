/// Streams between clients and pods over one connection: the protocols of `kubectl port-forward`
/// and of client libraries.
@NullMarked
package dev.slipway.apiserver.stream;

import org.jspecify.annotations.NullMarked;
