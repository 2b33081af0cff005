/// The embedded Kubernetes-style API, put together: settings in, a running server out.
@NullMarked
package dev.slipway.apiserver;

import org.jspecify.annotations.NullMarked;
