@NullMarked
package dev.slipway.controllers.storage;

import org.jspecify.annotations.NullMarked;
