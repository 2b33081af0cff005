/// MLflow's filter and order grammar as values, and as conditions of a query. Pure.
@NullMarked
package dev.slipway.registry.filter;

import org.jspecify.annotations.NullMarked;
