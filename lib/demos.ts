export { SockShop, SockShopEdition, type SockShopProps } from './constructs/demos/sock-shop';
export { TestApp } from './constructs/demos/test-app';
