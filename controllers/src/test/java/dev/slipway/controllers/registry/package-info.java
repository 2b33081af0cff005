/// Services that follow names, by tables.
@NullMarked
package dev.slipway.controllers.registry;

import org.jspecify.annotations.NullMarked;
