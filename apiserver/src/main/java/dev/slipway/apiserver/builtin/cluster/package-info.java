/// Defaults and rules of small kinds of the cluster: admission registration, leases, priorities.
@NullMarked
package dev.slipway.apiserver.builtin.cluster;

import org.jspecify.annotations.NullMarked;
