export { SockShop, SockShopEdition, type SockShopProps } from './constructs/demos/sock-shop';
export type { SockShopService } from './constructs/demos/sock-shop-services';
export { TestApp } from './constructs/demos/test-app';
