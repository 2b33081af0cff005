/// Models in memory: which there are, how they come and go, and how a request is computed. Knows no
/// protocol. Read [dev.slipway.dataplane.model.Models] first.
@NullMarked
package dev.slipway.dataplane.model;

import org.jspecify.annotations.NullMarked;
