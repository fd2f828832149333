DROP TABLE shop_letters;
DROP TABLE shop_shipments;
DROP TABLE shop_payments;
DROP TABLE shop_reserved;
DROP TABLE shop_reservations;
DROP TABLE shop_items;
DROP TABLE shop_orders;
