package dev.slipway.net;

/// The head of a request on its way: as it came, and how it is to be changed.
record ForwardedHead(RequestHead head, Forward how) {}
