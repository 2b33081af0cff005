/// Tests of the gateway.
@NullMarked
package dev.slipway.dataplane.gateway;

import org.jspecify.annotations.NullMarked;
