@NullMarked
package dev.slipway.node.models;

import org.jspecify.annotations.NullMarked;
