package dev.slipway.dataplane.gateway;

import dev.slipway.autoscaling.LoadMeters;
import dev.slipway.net.Forwarder;
import dev.slipway.net.Handler;

/// What a gateway works with.
///
/// @param local endpoints of this process
/// @param forwarder reaches all others
/// @param meters count what is in flight, held requests included, for whoever scales
/// @param wakeUps hears of requests held for an upstream without endpoints
/// @param fallback answers what no rule takes
public record GatewayDoors(
    LocalEndpoints local,
    Forwarder forwarder,
    LoadMeters meters,
    WakeUps wakeUps,
    Handler fallback) {}
