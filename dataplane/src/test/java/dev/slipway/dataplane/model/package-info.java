/// Models coming, going and being asked, without a protocol.
@NullMarked
package dev.slipway.dataplane.model;

import org.jspecify.annotations.NullMarked;
