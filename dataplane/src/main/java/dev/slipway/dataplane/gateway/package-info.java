/// The gateway: routes requests by host, path and header to revisions and services, holds them
/// while one wakes, limits, balances, counts. Start reading at [RouteTable] and [Upstream].
@NullMarked
package dev.slipway.dataplane.gateway;

import org.jspecify.annotations.NullMarked;
