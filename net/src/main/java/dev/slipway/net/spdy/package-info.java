/// The server's side of SPDY/3.1 as Kubernetes clients speak it: streams that a client opens, over
/// any tunnel. Nothing of HTTP is carried, and as in those clients nothing is counted against
/// windows.
@NullMarked
package dev.slipway.net.spdy;

import org.jspecify.annotations.NullMarked;
