/// Things every room needs and no domain owns: JSON, field paths, problems, quantities.
@NullMarked
package dev.slipway.base;

import org.jspecify.annotations.NullMarked;
